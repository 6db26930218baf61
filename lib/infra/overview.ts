import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  LogQueryVisualizationType,
  LogQueryWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Alarms } from './alarms';

interface OverviewProps {
  readonly alarms: Alarms;
  readonly log: ILogGroup;
  /** Names of the releases. */
  readonly releases: readonly string[];
}

/**
 * A dashboard over two weeks: alarms, missed runs and lag, every release's verdict and error rate. Rates and verdicts are read
 * from the sampler's log lines; as metrics each would cost as much a month as all queries in a year.
 */
export class Overview extends Construct {
  constructor(scope: Construct, id: string, { alarms, log, releases }: OverviewProps) {
    super(scope, id);
    const logGroupNames = [log.logGroupName];
    const half = { width: 12, height: 6 };
    const dashboard = new Dashboard(this, 'Dashboard', { defaultInterval: Duration.days(14) });
    dashboard.addWidgets(
      new AlarmStatusWidget({ title: 'Alarms about Stagewatch', alarms: alarms.all, width: 24, height: 3 }),
      new GraphWidget({
        ...half,
        title: 'Hours without a verdict, of the release that lacks most',
        left: [alarms.missedRuns],
        leftYAxis: { min: 0 },
      }),
      new GraphWidget({
        ...half,
        title: 'Hours behind the newest settled hour',
        left: [alarms.lag],
        leftYAxis: { min: 0 },
      }),
      new LogQueryWidget({
        title: 'Newest verdict of each release',
        width: 24,
        height: 6,
        view: LogQueryVisualizationType.TABLE,
        logGroupNames,
        queryLines: [
          'filter ispresent(recommendation)',
          'stats latest(recommendation) as verdict, latest(hour) as judgedUpTo, latest(reason) as why by release',
        ],
      }),
      ...releases.map(
        (name) =>
          new LogQueryWidget({
            ...half,
            title: `Error rate of ${name}, % of an hour's requests`,
            view: LogQueryVisualizationType.LINE,
            logGroupNames,
            queryLines: [
              'fields 100 * errors / requests as percent',
              `filter release = ${JSON.stringify(name)} and requests > 0`,
              'stats max(percent) by bin(1h)',
            ],
          }),
      ),
    );
  }
}
