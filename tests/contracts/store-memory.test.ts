import { memorySite } from './store-harness.ts';
import { storeContract } from './store-contract.ts';

storeContract('memory, the yardstick', memorySite);
