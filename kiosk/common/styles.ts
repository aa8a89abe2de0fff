/** Styles that every element shares: box model, buttons, cards, focus. */
import { css } from 'lit';

export const shared = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }

  :host {
    display: block;
  }

  :host([hidden]),
  [hidden] {
    display: none !important;
  }

  h1,
  h2,
  p,
  ol,
  ul {
    margin: 0;
  }

  button,
  input,
  select,
  textarea {
    font: inherit;
    color: inherit;
  }

  button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.5em;
    min-height: 44px;
    padding: 0.5em 1.1em;
    border: 1px solid var(--line);
    border-radius: 12px;
    background: var(--surface);
    font-weight: 600;
    cursor: pointer;
  }

  button:hover:not(:disabled) {
    border-color: var(--brand);
  }

  button:disabled {
    color: var(--muted);
    background: var(--sunken);
    cursor: default;
  }

  button.primary {
    border-color: var(--brand);
    background: var(--brand);
    color: var(--on-brand);
  }

  button.primary:hover:not(:disabled) {
    border-color: var(--brand-strong);
    background: var(--brand-strong);
  }

  button.big {
    min-height: 60px;
    padding: 0.7em 1.6em;
    border-radius: 14px;
    font-size: 1.25rem;
  }

  button.quiet {
    border-color: transparent;
    background: transparent;
    color: var(--muted);
  }

  button.quiet:hover:not(:disabled) {
    border-color: var(--line);
    color: var(--text);
  }

  :focus-visible {
    outline: 3px solid var(--focus);
    outline-offset: 2px;
  }

  .card {
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--surface);
    box-shadow: var(--shadow);
  }

  .muted {
    color: var(--muted);
  }

  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;
