/** Frame of the admin page. */
import { css } from 'lit';

export const adminAppStyles = css`
  header {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px 22px;
    max-width: 1440px;
    margin: 0 auto;
    padding: 10px 24px 0;
  }

  .brand {
    color: var(--brand);
    font-size: 1.35rem;
    font-weight: 700;
    letter-spacing: -0.01em;
  }

  .brand .muted {
    font-size: 1rem;
    font-weight: 600;
  }

  nav {
    display: flex;
    flex: 1;
    flex-wrap: wrap;
    gap: 4px;
    min-width: 0;
  }

  nav a {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    min-height: 44px;
    padding: 0 12px;
    border-radius: 10px;
    color: var(--muted);
    font-weight: 600;
    text-decoration: none;
    white-space: nowrap;
  }

  nav a:hover {
    color: var(--text);
  }

  nav a:focus-visible {
    outline-offset: -3px;
  }

  nav a[aria-current] {
    background: var(--surface);
    color: var(--text);
    box-shadow: inset 0 -3px 0 var(--brand);
  }

  .badge {
    min-width: 1.6em;
    padding: 0 0.45em;
    border-radius: 999px;
    background: var(--bad);
    color: var(--surface);
    font-size: 0.85rem;
    text-align: center;
  }

  .who {
    max-width: 12em;
    overflow: hidden;
    font-weight: 600;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .side {
    display: flex;
    align-items: center;
    gap: 8px;
  }

  main {
    display: grid;
    gap: 16px;
    max-width: 1440px;
    margin: 0 auto;
    padding: 14px 24px 48px;
  }

  /* A grid's children would otherwise grow with a wide table. */
  main > * {
    min-width: 0;
  }

  h1 {
    font-size: 1.6rem;
    line-height: 1.25;
    letter-spacing: -0.01em;
    overflow-wrap: anywhere;
  }

  h1:focus {
    outline: none;
  }

  .silence {
    padding: 12px 16px;
    border-left: 8px solid var(--bad);
    border-radius: 12px;
    background: var(--bad-soft);
    color: var(--bad);
    font-weight: 600;
  }

  .relay-notice {
    padding: 12px 16px;
    border-left: 8px solid var(--warn);
    border-radius: 12px;
    background: var(--warn-soft);
    color: var(--warn);
  }

  .notice {
    position: fixed;
    z-index: 3;
    right: 24px;
    bottom: 24px;
    max-width: min(520px, calc(100vw - 32px));
    padding: 12px 18px;
    border-radius: 12px;
    background: var(--text);
    color: var(--page);
    font-weight: 600;
    box-shadow: 0 8px 30px rgb(0 0 0 / 25%);
  }

  /* Every section in sight at every width. */
  @media (max-width: 1240px) {
    nav {
      order: 1;
      flex-basis: 100%;
    }

    .brand {
      flex: 1;
    }
  }

  @media (forced-colors: active) {
    nav a[aria-current] {
      border-bottom: 3px solid Highlight;
    }

    .badge,
    .notice,
    .silence,
    .relay-notice {
      border: 1px solid CanvasText;
    }
  }

  @media (max-width: 760px) {
    header {
      padding: 8px 12px 0;
    }

    .brand {
      flex: none;
      font-size: 1rem;
      white-space: nowrap;
    }

    .brand .muted {
      display: none;
    }

    header {
      column-gap: 8px;
    }

    /* One row with the brand: what does not fit is taken from the admin's name. */
    .side {
      flex: 1 1 0;
      justify-content: flex-end;
      gap: 4px;
      min-width: 0;
    }

    .side > :not(.who) {
      flex: none;
    }

    .who {
      flex: 0 1 auto;
      min-width: 0;
    }

    .side button {
      padding-inline: 2px;
      font-size: 0.9rem;
    }

    nav a {
      padding: 0 9px;
    }

    main {
      gap: 12px;
      padding: 10px 12px 32px;
    }

    .notice {
      right: 16px;
      bottom: 16px;
    }
  }

  /* No room for a name that could be read: the button beside it has it as its title. */
  @media (max-width: 480px) {
    .who {
      display: none;
    }
  }
`;
