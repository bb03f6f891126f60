// A bot under guard with PM2: pm2 start examples/guard/ecosystem.config.cjs
// Variables: FLATLINE_BOTS_TABLE and FLATLINE_LIQUIDATOR (outputs of the stack), AWS_REGION.
// With the installed package: script: 'flatline', interpreter: 'none'.
module.exports = {
  apps: [
    {
      name: 'guarded-bot',
      script: 'bin/flatline.ts',
      interpreter: 'node',
      args: 'guard --bot default --alive-port 0 -- node examples/guard/toy-bot.mjs',
      // PM2 sends SIGINT, and SIGKILL after this: --grace 10s, --until-flat 60s, and half a minute.
      kill_timeout: 100_000,
      // The guard ends the bot itself; PM2 must not kill it.
      treekill: false,
      // Without this, PM2's metrics module ends the guard when PM2 ends, in the middle of a liquidation.
      pmx: false,
      // Not restarted: 0 the bot has ended; 120 not known to be flat, 121 tripped, 125 wrong command line, 126 and 127 the bot
      // cannot be run: these need a person. The bot's own codes, and 122 to 124, restart it. PM2 shows "waiting restart" also
      // for codes that it does not restart, because of restart_delay.
      stop_exit_codes: [0, 120, 121, 125, 126, 127],
      restart_delay: 30_000,
      // A bot that fails three times within its first minute is not restarted; its account is flat.
      min_uptime: 60_000,
      max_restarts: 3,
    },
  ],
};
