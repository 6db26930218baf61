import { type App, PermissionsBoundary, Stack, type StackProps } from 'aws-cdk-lib';
import { type ReadSettings, readStackSettings } from '../settings';
import { addParts, type PartsProps } from './parts';

// The package's entry; package.json names it.
export { Stagewatch, type StagewatchProps } from './stagewatch';

export interface StagewatchStackProps
  extends Omit<StackProps, 'permissionsBoundary' | 'tags' | 'terminationProtection'>,
    Omit<ReadSettings, 'stack'>,
    Pick<PartsProps, 'code'> {}

/** A stack with Stagewatch and nothing else, as a settings file describes it. */
export class StagewatchStack extends Stack {
  constructor(app: App, id: string, { permissionsBoundary, ...props }: StagewatchStackProps) {
    super(app, id, {
      ...props,
      ...(permissionsBoundary !== undefined && {
        permissionsBoundary: PermissionsBoundary.fromArn(permissionsBoundary),
      }),
    });
    addParts(this, props);
  }

  /**
   * The stack of the settings file in a folder: `stagewatch.yaml`, or the one that the context `settings` names. The context
   * `stack` goes before the file's own name.
   *
   * @throws Error that lists every problem of the settings, or those of a release file
   * @example StagewatchStack.fromSettings(new App(), __dirname)
   */
  static fromSettings(app: App, folder: string): StagewatchStack {
    const { stack, ...settings } = readStackSettings(folder, app.node.getAllContext());
    return new StagewatchStack(app, stack, {
      ...settings,
      description: 'Samples the error rates of staged rollouts every hour, judges them and alerts.',
    });
  }
}
