import { type Html, html } from '../facts/html';

/**
 * A button that calls a function and puts what it answers in the place of the widget. CloudWatch lets the viewer's own
 * rights decide whether it may.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_interactivity.html
 *
 * @param confirmation what the console asks before it calls
 */
export const button = (words: string, endpoint: string, event: object, confirmation?: string): Html =>
  html`<a class="btn${confirmation !== undefined && html` btn-primary`}" role="button" tabindex="0">${words}</a><cwdb-action action="call" display="widget" endpoint="${endpoint}"${confirmation !== undefined && html` confirmation="${confirmation}"`}>${json(event)}</cwdb-action>`;

/** JSON in an element, without a character that HTML has a meaning for, whoever reads it there. */
const json = (value: object): Html => ({
  markup: JSON.stringify(value).replace(
    /[^\x20-\x7e]|[<>&]/g,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  ),
});
