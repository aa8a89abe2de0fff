/** What the admin page's elements share beside the pages' common styles. */
import { css } from 'lit';

export const adminStyles = css`
  .pill {
    display: inline-flex;
    align-items: center;
    gap: 0.4em;
    padding: 0.1em 0.6em;
    border-radius: 999px;
    font-size: 0.85rem;
    font-weight: 600;
    white-space: nowrap;
  }

  .pill::before {
    content: '●';
    font-size: 0.7em;
  }

  .pill.good {
    background: var(--good-soft);
    color: var(--good);
  }
  .pill.busy {
    background: var(--busy-soft);
    color: var(--busy);
  }
  .pill.busy::before {
    content: '◐';
  }
  .pill.warn {
    background: var(--warn-soft);
    color: var(--warn);
  }
  .pill.warn::before {
    content: '▲';
  }
  .pill.bad {
    background: var(--bad-soft);
    color: var(--bad);
  }
  .pill.bad::before {
    content: '■';
  }
  .pill.off {
    background: var(--off-soft);
    color: var(--off);
  }
  .pill.off::before {
    content: '○';
  }

  button.small {
    min-height: 36px;
    padding: 0.2em 0.8em;
    border-radius: 9px;
    font-size: 0.9rem;
  }

  button.danger {
    color: var(--bad);
  }

  input,
  select {
    min-height: 44px;
    padding: 0.4em 0.8em;
    border: 1px solid var(--muted);
    border-radius: 10px;
    background: var(--surface);
  }

  a {
    color: var(--focus);
  }

  .number {
    text-align: right;
    font-variant-numeric: tabular-nums;
  }
`;
