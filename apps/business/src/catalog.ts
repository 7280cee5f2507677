/** Every domain and protocol there is: written by `npm run sync`, not by hand. */
import type { ModuleManifest } from '@morrow/contract';
import type { Engines } from '@morrow/document-keeper';
import { Companies } from '@morrow/protocol-companies';
import { Imports } from '@morrow/protocol-imports';
import { Items } from '@morrow/protocol-items';
import { Ledger } from '@morrow/protocol-ledger';
import { Notices } from '@morrow/protocol-notices';
import { Orders } from '@morrow/protocol-orders';
import { Parties } from '@morrow/protocol-parties';
import { Returns } from '@morrow/protocol-returns';
import { Stock } from '@morrow/protocol-stock';
import { Warehouses } from '@morrow/protocol-warehouses';
import { Workflows } from '@morrow/protocol-workflows';

type Loader = () => Promise<{ readonly manifest: ModuleManifest<Engines> }>;

export const loaders: Readonly<Record<string, Loader>> = {
  finance: () => import('@morrow/finance'),
  masters: () => import('@morrow/masters'),
  notices: () => import('@morrow/notices'),
  orders: () => import('@morrow/orders'),
  wms: () => import('@morrow/wms'),
  workflows: () => import('@morrow/workflows'),
};

export const promised = {
  Companies,
  Imports,
  Items,
  Ledger,
  Notices,
  Orders,
  Parties,
  Returns,
  Stock,
  Warehouses,
  Workflows,
};
