/**
 * The kiosk page's frame: facts and tools on the left, the screen preview on the right, one column where it is narrow.
 */
import { css } from 'lit';

export const layout = css`
  header {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 16px;
    max-width: 1240px;
    margin: 0 auto;
    padding: 10px 24px 0;
  }

  h1 {
    margin: 0;
    color: var(--brand);
    font-size: 1.35rem;
    letter-spacing: -0.01em;
  }

  .name {
    flex: 1;
    color: var(--muted);
    font-weight: 600;
    overflow-wrap: anywhere;
  }

  .linked {
    color: var(--text);
    font-weight: 600;
    overflow-wrap: anywhere;
  }

  main {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    align-items: start;
    gap: 20px 28px;
    max-width: 1240px;
    margin: 0 auto;
    padding: 14px 24px 24px;
  }

  .left {
    display: grid;
    gap: 16px;
  }

  @media (max-width: 900px) {
    main {
      gap: 16px;
      padding: 10px 12px 24px;
    }
    header {
      padding: 8px 12px 0;
    }
  }

  @media (max-width: 680px) {
    main {
      grid-template-columns: minmax(0, 1fr);
    }
    h1 {
      flex: 1;
    }
    .name {
      order: 1;
      flex-basis: 100%;
    }
    screen-preview {
      justify-self: center;
      max-width: 100%;
    }
  }
`;
