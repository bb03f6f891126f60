/** What the console shows when somebody edits the widget and asks what it is: Markdown. */

export const DESCRIPTION = `## flatline control panel

Shows which bots are alive, what was liquidated and what is not flat yet, and has the buttons for a bad night:
**Preflight** and **Dry run** (both touch nothing), **Snooze**, **Re-arm** and **LIQUIDATE**.

LIQUIDATE shows the plan first, asks for the bot's name, and asks once more.

### Who may press

Whoever opens the dashboard calls this function with their own rights: it needs \`lambda:InvokeFunction\` on this
function, and whoever has it can press every button. Without it the widget shows an error, and the rest of the dashboard
goes on. AWS does not tell the function who pressed; the trail says "control panel" and the dashboard's name, and
CloudTrail can record the person (data events of Lambda).

Do not share the dashboard publicly: shared dashboards call this function for everybody who has the link, if they are
allowed to.

### Widget parameters

None. An event that is not one of its own buttons changes nothing.
`;
