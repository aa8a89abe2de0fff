/** The admin page starts here. */
import './elements/admin-app.ts';
