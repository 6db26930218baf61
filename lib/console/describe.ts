/** What CloudWatch shows of the widget where somebody adds it to a dashboard of their own; Markdown. */
export const DESCRIPTION = `## A release, as Stagewatch sees it

Stage, verdict and reasons, what is missing until it can be judged, the last 48 hours of each endpoint, what is open, and the
last messages. It works with the rights of whoever looks.

### Widget parameters

| parameter | what it is |
|---|---|
| **release** | name of the release, such as \`document-status\` |

### Example

\`\`\` yaml
release: document-status
\`\`\`
`;
