/** PostgreSQL does what every store does. */
import { storeSuite } from '@morrow/engines/suite';
import { world } from './store-world.ts';

storeSuite('on PostgreSQL', (commitPoint) => world({ commitPoint }));
