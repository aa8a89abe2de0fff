/** The table of displays as a grid, so that a row out of sight need not be laid out; on a phone each row is a card. */
import { css } from 'lit';

export const fleetTableStyles = css`
  table,
  thead,
  tbody {
    display: block;
  }

  table {
    font-size: 0.95rem;
  }

  tr {
    display: grid;
    grid-template-columns:
      30px minmax(140px, 1.5fr) minmax(90px, 1fr)
      108px 118px 130px 104px 58px 66px 60px 56px 72px 48px;
    align-items: center;
    column-gap: 6px;
    padding: 0 12px;
    border-bottom: 1px solid var(--line);
  }

  thead {
    position: sticky;
    top: 0;
    z-index: 1;
    border-radius: var(--radius) var(--radius) 0 0;
    background: var(--surface);
  }

  tbody tr {
    position: relative;
    height: 48px;
    content-visibility: auto;
    contain-intrinsic-size: auto 48px;
  }

  tbody tr:last-child {
    border-bottom: 0;
  }

  tbody tr:hover {
    background: var(--sunken);
  }

  th,
  td {
    min-width: 0;
    padding: 0;
    text-align: left;
  }

  td {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  th button {
    width: 100%;
    min-height: 46px;
    justify-content: flex-start;
    gap: 3px;
    padding: 0;
    border: 0;
    border-radius: 6px;
    background: none;
    color: var(--muted);
    font-size: 0.85rem;
    line-height: 1.2;
  }

  /* The head may be pushed sideways and would cut a ring around its buttons. */
  th button:focus-visible {
    outline-offset: -3px;
  }

  th button:hover {
    color: var(--text);
  }

  th[aria-sort='ascending'] button,
  th[aria-sort='descending'] button {
    color: var(--text);
  }

  .choose {
    position: relative;
    z-index: 1;
    overflow: visible;
  }

  .choose input {
    display: block;
    width: 20px;
    height: 20px;
    min-height: 0;
    margin: 0;
    accent-color: var(--brand);
  }

  .uptime,
  .qr_today,
  .errors,
  .poll_gap,
  .queued {
    text-align: right;
  }

  .uptime button,
  .qr_today button,
  .errors button,
  .poll_gap button,
  .queued button {
    justify-content: flex-end;
    text-align: right;
  }

  .name a {
    color: var(--text);
    font-weight: 600;
    text-decoration: none;
  }

  .name .pill {
    display: flex;
    width: fit-content;
    margin-top: 2px;
  }

  .name a {
    display: block;
    overflow: hidden;
    text-overflow: ellipsis;
  }

  .last-error {
    display: block;
    overflow: hidden;
    color: var(--bad);
    font-size: 0.78rem;
    line-height: 1.2;
    text-overflow: ellipsis;
  }

  /* The whole row is the link. */
  .name a::after {
    position: absolute;
    inset: 0;
    content: '';
  }

  .name a:focus-visible {
    outline: none;
  }

  .name a:focus-visible::after {
    outline: 3px solid var(--focus);
    outline-offset: -3px;
    border-radius: 8px;
  }

  tbody tr:hover .name a {
    text-decoration: underline;
  }

  td.last_seen {
    line-height: 1.2;
    white-space: normal;
  }

  .loud {
    color: var(--bad);
    font-weight: 700;
  }

  /* No column is lost where twelve do not fit side by side: each row becomes a card of two lines. */
  @media (max-width: 1250px) {
    thead {
      position: static;
    }

    thead tr {
      display: flex;
      gap: 16px;
      padding: 0 14px;
      overflow-x: auto;
    }

    th {
      flex: none;
    }

    th button {
      white-space: nowrap;
    }

    tbody tr {
      grid-template-columns: 28px repeat(6, minmax(0, 1fr));
      gap: 6px 10px;
      height: auto;
      padding: 12px 14px;
      contain-intrinsic-size: auto 104px;
    }

    td.choose {
      grid-row: span 2;
      align-self: start;
      padding-top: 2px;
    }

    td {
      overflow: visible;
      white-space: normal;
    }

    .pill {
      padding: 0.1em 0.5em;
      font-size: 0.78rem;
    }

    .number {
      text-align: left;
    }

    td[data-label]::before {
      display: block;
      color: var(--muted);
      font-size: 0.78rem;
      font-weight: 600;
      content: attr(data-label);
    }

    td.name {
      font-size: 1.05rem;
    }
  }

  @media (max-width: 760px) {
    tbody tr {
      grid-template-columns: 28px repeat(3, minmax(0, 1fr));
      gap: 8px 10px;
      contain-intrinsic-size: auto 178px;
    }

    td.choose {
      grid-row: span 4;
    }

    td.name {
      grid-column: span 2;
    }
  }
`;
