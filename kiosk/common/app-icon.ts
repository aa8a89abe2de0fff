/** Line icons, drawn here so that nothing is fetched. They are decorative: the word beside each says the same. */
import { LitElement, css, html, svg, type SVGTemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';

const ICONS = {
  relay: svg`<path d="M4 15a4 4 0 0 1 1-7.9 6 6 0 0 1 11.5-1A4.5 4.5 0 0 1 18 15"/><path d="M12 12v8m-3-3 3 3 3-3"/>`,
  display: svg`<rect x="6" y="2.5" width="12" height="19" rx="2"/><path d="M11 18.5h2"/>`,
  qr: svg`<rect x="3.5" y="3.5" width="6" height="6" rx="1"/><rect x="14.5" y="3.5" width="6" height="6" rx="1"/><rect x="3.5" y="14.5" width="6" height="6" rx="1"/><path d="M14.5 14.5h2v2h-2zM18.5 18.5h2v2h-2zM18.5 14.5h2M14.5 20.5h2"/>`,
  good: svg`<path d="m5 12.5 4.5 4.5L19 7.5"/>`,
  busy: svg`<path d="M12 6v6l4 2"/><circle cx="12" cy="12" r="9"/>`,
  warn: svg`<path d="M12 4 2.8 20h18.4z"/><path d="M12 10v4.5m0 2.8v.2"/>`,
  bad: svg`<path d="m6.5 6.5 11 11m0-11-11 11"/>`,
  off: svg`<path d="M6 12h12"/>`,
  usb: svg`<path d="M12 21V5m0-2.5L9.5 6h5zM12 17l-5-3v-3m5 4 5-3V9"/><circle cx="7" cy="10" r="1.4"/><path d="M15.8 6.6h2.4V9h-2.4z"/>`,
  log: svg`<path d="M5 5.5h14M5 10h14M5 14.5h9M5 19h6"/>`,
  download: svg`<path d="M12 4v11m-4.5-4.5L12 15l4.5-4.5M5 20h14"/>`,
  restart: svg`<path d="M20 12a8 8 0 1 1-2.6-5.9M20 3.5V8h-4.5"/>`,
  card: svg`<rect x="3.5" y="5" width="17" height="14" rx="2"/><path d="M3.5 10h17M8 10v9m5-9v9"/>`,
  key: svg`<circle cx="7.5" cy="15.5" r="4"/><path d="m10.5 12.5 9-9m-4 4 3 3"/>`,
  search: svg`<circle cx="10.5" cy="10.5" r="6.500"/><path d="m15.500 15.500 5 5"/>`,
  tabs: svg`<rect x="3.5" y="8" width="13" height="11" rx="2"/><path d="M8 8V6.500a1.500 1.500 0 0 1 1.500-1.500H19a1.500 1.500 0 0 1 1.500 1.500v8a1.500 1.500 0 0 1-1.500 1.500h-2.500"/>`,
} satisfies Record<string, SVGTemplateResult>;

export type IconName = keyof typeof ICONS;

@customElement('app-icon')
export class AppIcon extends LitElement {
  static override styles = css`
    :host {
      display: inline-block;
      width: 1.25em;
      height: 1.25em;
      flex: none;
    }

    svg {
      display: block;
      width: 100%;
      height: 100%;
      fill: none;
      stroke: currentColor;
      stroke-width: 2;
      stroke-linecap: round;
      stroke-linejoin: round;
    }
  `;

  @property() name: IconName = 'off';

  override render() {
    return html`<svg viewBox="0 0 24 24" aria-hidden="true">${ICONS[this.name]}</svg>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'app-icon': AppIcon;
  }
}
