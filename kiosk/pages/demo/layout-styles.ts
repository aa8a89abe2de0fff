/** The demo page: the web app on the left, the display's frame on the right. */
import { css } from 'lit';

export const layout = css`
  header {
    max-width: 1360px;
    margin: 0 auto;
    padding: 18px 24px 6px;
  }

  .title {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 6px 16px;
  }

  select {
    min-height: 44px;
    padding: 0.4em 0.8em;
    border: 1px solid var(--muted);
    border-radius: 10px;
    background: var(--surface);
  }

  h1 {
    color: var(--brand);
    font-size: 1.6rem;
    line-height: 1.2;
    letter-spacing: -0.01em;
  }

  main {
    display: grid;
    grid-template-columns: minmax(320px, 1fr) minmax(0, 1.75fr);
    align-items: start;
    gap: 20px;
    max-width: 1360px;
    margin: 0 auto;
    padding: 10px 24px 28px;
  }

  .app {
    display: grid;
    gap: 16px;
    padding: 20px 22px;
  }

  h2 {
    font-size: 1.15rem;
  }

  .row {
    display: flex;
    flex-wrap: wrap;
    gap: 10px;
  }

  .row button {
    flex: 1;
  }

  .problem {
    padding: 10px 14px;
    border-radius: 10px;
    background: var(--bad-soft);
    color: var(--bad);
    font-weight: 600;
  }

  .display {
    overflow: hidden;
  }

  iframe {
    display: block;
    width: 100%;
    height: 745px;
    border: 0;
  }

  @media (max-width: 980px) {
    main {
      grid-template-columns: minmax(0, 1fr);
      padding: 10px 12px 24px;
    }
    header {
      padding: 14px 12px 4px;
    }
    iframe {
      height: 1180px;
    }
  }

  /* Where the frame's parts stand below one another, down to the end of the display. */
  @media (max-width: 620px) {
    iframe {
      height: 1460px;
    }
  }
`;
