/** What the admin page's elements share beside the pages' common styles. */
import { css } from 'lit';

export const adminStyles = css`
  .pill {
    display: inline-flex;
    align-items: center;
    gap: 0.4em;
    padding: 0.15em 0.65em;
    border-radius: 999px;
    font-size: 0.85rem;
    font-weight: 600;
    white-space: nowrap;
  }

  /* The sign, so that colour is never alone. */
  .pill::before {
    content: '●' / '';
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
    content: '◐' / '';
  }
  .pill.warn {
    background: var(--warn-soft);
    color: var(--warn);
  }
  .pill.warn::before {
    content: '▲' / '';
  }
  .pill.bad {
    background: var(--bad-soft);
    color: var(--bad);
  }
  .pill.bad::before {
    content: '■' / '';
  }
  .pill.off {
    background: var(--off-soft);
    color: var(--off);
  }
  .pill.off::before {
    content: '○' / '';
  }

  /* Where the browser paints with the reader's own colours, a shape has to say what a colour said. */
  @media (forced-colors: active) {
    .pill {
      border: 1px solid currentColor;
    }

    button[aria-pressed='true'] {
      border-color: Highlight;
      background: Highlight;
      color: HighlightText;
      forced-color-adjust: none;
    }

    .problem {
      border: 1px solid currentColor;
    }
  }

  h2 {
    font-size: 1.15rem;
    line-height: 1.3;
  }

  h3 {
    margin: 0;
    font-size: 1rem;
  }

  button.small {
    min-height: 38px;
    padding: 0.2em 0.9em;
    border-radius: 10px;
    font-size: 0.95rem;
  }

  button.grave {
    color: var(--bad);
  }

  button:disabled {
    opacity: 0.5;
  }

  ::placeholder {
    color: var(--muted);
    opacity: 1;
  }

  input,
  select {
    min-height: 44px;
    padding: 0.4em 0.8em;
    border: 1px solid var(--muted);
    border-radius: 10px;
    background: var(--surface);
    font-weight: 400;
  }

  label {
    font-weight: 600;
  }

  .file {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    min-height: 44px;
    font-weight: 600;
  }

  .hint {
    color: var(--muted);
    font-size: 0.88rem;
    font-weight: 400;
  }

  a {
    color: var(--focus);
    text-underline-offset: 3px;
  }

  .number {
    text-align: right;
    font-variant-numeric: tabular-nums;
  }

  .section {
    padding: 18px 22px;
  }

  .problem {
    padding: 10px 14px;
    border-radius: 10px;
    background: var(--bad-soft);
    color: var(--bad);
    font-weight: 600;
  }

  .empty {
    padding: 28px 20px;
    color: var(--muted);
    text-align: center;
  }

  table.plain {
    width: 100%;
    border-collapse: collapse;
  }

  .plain th,
  .plain td {
    padding: 9px 12px;
    border-bottom: 1px solid var(--line);
    text-align: left;
    vertical-align: top;
  }

  .plain thead th {
    color: var(--muted);
    font-size: 0.85rem;
    font-weight: 600;
    white-space: nowrap;
  }

  .plain tbody th {
    white-space: nowrap;
  }

  .plain tbody tr:last-child > * {
    border-bottom: 0;
  }

  .plain .number {
    text-align: right;
  }

  .scroll {
    overflow-x: auto;
  }

  @media (max-width: 620px) {
    .section {
      padding: 14px 16px;
    }
  }
`;

/** A page of the admin page: its parts below each other, above them the search with what goes with it. */
export const pageStyles = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 16px;
  }

  .tools {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 10px 22px;
  }

  .tools a {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    font-weight: 600;
  }
`;
