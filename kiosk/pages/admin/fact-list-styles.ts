/** A list of facts: a small name above each, in as many columns as there is room for. */
import { css } from 'lit';

export const factList = css`
  dl {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(200px, 1fr));
    gap: 12px 24px;
    margin: 0;
  }

  dt {
    color: var(--muted);
    font-size: 0.85rem;
    font-weight: 600;
  }

  dd {
    margin: 0;
    overflow-wrap: anywhere;
  }
`;
