/** Shows the customer's payment QR on the display, says truthfully whether it got there, and takes it off again. */
import { useEffect, useRef, useState } from 'react';
import { deviceService } from '/counterqr/sdk/device-service.js';

const WORDS = {
  pending: 'waiting for the display',
  delivered: 'on its way',
  displayed: 'on the display',
  cleared: 'taken off the display',
  superseded: 'replaced by a newer QR',
  cancelled: 'called off',
  expired: 'not shown: the display was away for too long',
  failed: 'not shown',
};

export function CustomerPage({ customer }) {
  const [update, setUpdate] = useState(null);
  const [problem, setProblem] = useState('');
  /** The QR that was asked for last: what the relay said of it, and who listens for what becomes of it. */
  const last = useRef({});

  /** A payment page of your provider; here the text that its QR holds. */
  const payment = `https://pay.example/p/${customer.policyNumber}`;

  const show = async () => {
    // From here on the page tells of this one only, however late an answer about the one before comes.
    last.current.watch?.stop();
    const mine = (last.current = {});
    setProblem('');
    setUpdate(null);
    const result = await deviceService.displayQR(payment, customer);
    if (last.current !== mine) {
      // The page was left meanwhile; a newer QR would have taken this one's place by itself.
      if (result.success && last.current.left) void deviceService.cancel(result, 'closed');
      return;
    }
    if (!result.success) return setProblem(result.error);
    mine.sent = result;
    mine.watch = deviceService.watch(result, (seen) => last.current === mine && setUpdate(seen));
  };
  const paid = () => deviceService.paymentComplete(last.current.sent);

  // Leaving the customer's page, closing the tab and logging out take the QR off the display.
  useEffect(() => {
    const close = () => {
      const { sent, watch } = last.current;
      last.current = { left: true };
      watch?.stop();
      if (sent) void deviceService.cancel(sent, 'closed');
    };
    addEventListener('pagehide', close);
    return () => {
      removeEventListener('pagehide', close);
      close();
    };
  }, []);

  return (
    <section>
      <h1>{customer.name}</h1>
      <p>
        {customer.policyNumber}: {customer.amountDue}
      </p>
      <button onClick={show}>Show QR</button>
      <button onClick={paid} disabled={update?.state !== 'displayed'}>
        Payment received
      </button>
      {update && (
        <p role="status" data-state={update.state} data-reason={update.reason ?? ''}>
          The QR is {update.covered_at ? 'covered for a moment, and comes back by itself' : WORDS[update.state]}.
        </p>
      )}
      {problem && <p role="alert">{problem}</p>}
    </section>
  );
}
