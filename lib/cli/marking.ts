import type { Mark } from '../marks/mark';
import type { MarkSink } from '../ports';
import { deliver } from '../receivers/deliver';
import type { Receiver } from '../receivers/receiver';
import { RECEIVERS } from '../receivers/receivers';
import type { Book } from './book';
import type { Connected } from './notify';

/** Brings the marks of a watch to the receivers that show them; undefined where there is none. A mark is told once. */
export function marksTo(told: readonly Connected[], { receiptsOf }: Pick<Book, 'receiptsOf'>): MarkSink | undefined {
  const shown = told.filter(({ name }) => (RECEIVERS[name] as Receiver).marks);
  if (shown.length === 0) return undefined;
  return {
    async send(mark: Mark) {
      for (const { name, tell } of shown) await deliver({ kind: 'mark', id: mark.key, mark }, tell, receiptsOf(name));
    },
  };
}
