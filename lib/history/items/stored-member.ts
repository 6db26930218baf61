import type { Member } from '../../alert/member';
import { memberIdOf, memberKey } from '../../alert/member';

/** A member is stored with its subject as one key, as all versions read it. */
export const storedMember = ({ endpoint, what, ...member }: Member) => ({
  key: memberKey({ endpoint, what }),
  ...member,
});

export const asMember = <T extends { key: string }>({ key, ...member }: T) => ({ ...memberIdOf(key), ...member });
