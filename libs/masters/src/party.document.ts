/** The party as masters keep it. */
import { documentOf } from '@morrow/contract';
import { Party } from '@morrow/protocol-parties';

export const party = documentOf(Party);
