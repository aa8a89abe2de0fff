/** The demo page starts here. */
import './elements/demo-counter.ts';
