/** The description that the console shows in the widget's editor: Markdown. */

export const DESCRIPTION = `## flatline control panel

Shows which bots are alive, what was liquidated and what is not flat yet, and has the buttons for an emergency:
**Preflight** and **Dry run** (both change nothing), **Snooze**, **Re-arm** and **LIQUIDATE**.

LIQUIDATE shows the plan first, asks for the bot's name, and asks for a confirmation.

### Who may press

A person who opens the dashboard calls this function with their own permissions. It needs \`lambda:InvokeFunction\` on this
function, and that permission allows every button. Without it the widget shows an error, and the rest of the dashboard
works. AWS does not pass the person to the function: the audit log records "control panel" and the dashboard's name.
CloudTrail can record the person (data events of Lambda).

Do not share the dashboard publicly: shared dashboards call this function for everybody who has the link, if they are
allowed to.

### Widget parameters

None. An event that is not one of its own buttons changes nothing.
`;
