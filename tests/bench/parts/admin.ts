export { measureAdminPage as run } from '../admin-page.ts';
