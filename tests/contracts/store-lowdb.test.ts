import { lowdbSite } from './store-harness.ts';
import { storeContract } from './store-contract.ts';

storeContract('lowdb', (setup) => lowdbSite(setup));
