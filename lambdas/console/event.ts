/** What CloudWatch calls a function of the widget with. */
export interface WidgetEvent {
  /** CloudWatch asks what the widget is. */
  describe: boolean;
  /** Name of a release; whether there is one, its file says. */
  release: string;
  theme: 'light' | 'dark';
  /** Pixels. */
  width: number;
  /** Of the widget's fields, and what a button adds or puts in their place; absent where nothing is asked for. */
  asked?: Record<string, unknown>;
  /** Digest of what was looked at before it is confirmed. */
  shown?: string;
}

const USUAL_WIDTH = 600;

/**
 * Takes whatever comes, since whoever may call the function can call it with anything. What is no theme is light, and what
 * is no width is a usual one.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_about.html
 */
export function parseWidgetEvent(event: unknown): WidgetEvent {
  const { describe, release, asked, shown, widgetContext } = record(event);
  const { theme, width, forms } = record(widgetContext);
  return {
    describe: describe === true,
    release: typeof release === 'string' ? release : '',
    theme: theme === 'dark' ? 'dark' : 'light',
    width: typeof width === 'number' && width > 0 && width < 10_000 ? Math.floor(width) : USUAL_WIDTH,
    ...(asked !== undefined && { asked: { ...record(record(forms).all), ...record(asked) } }),
    ...(typeof shown === 'string' && { shown }),
  };
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
