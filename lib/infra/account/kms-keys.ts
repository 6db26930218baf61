import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { KEPT, type Kept, type Settings } from '../settings-schema';
import { dataKey } from './data-key';

/** Keys of the account by what they encrypt; what has none is encrypted by AWS with a key of its own. */
export type KmsKeys = Readonly<Partial<Record<Kept, IKey>>>;

/**
 * The keys that the settings name. With `strict`, one of the stack encrypts whatever has none of these; but the topic always
 * has a key of its own, which CloudWatch may use.
 */
export function kmsKeysOf(scope: Construct, { kmsKeys = {}, strict }: Pick<Settings, 'kmsKeys' | 'strict'>): KmsKeys {
  const rest = KEPT.some((kept) => kept !== 'topic' && !kmsKeys[kept]);
  const own = strict && rest ? dataKey(scope, 'DataKey') : undefined;
  const keyOf = (kept: Kept) => {
    const arn = kmsKeys[kept];
    if (arn !== undefined) return Key.fromKeyArn(scope, `KeyOf-${kept}`, arn);
    return kept === 'topic' ? undefined : own;
  };
  return Object.fromEntries(KEPT.map((kept) => [kept, keyOf(kept)]));
}
