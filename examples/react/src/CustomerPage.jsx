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
  const sent = useRef(null);

  /** A payment page of your provider; here the text that its QR holds. */
  const payment = `https://pay.example/p/${customer.policyNumber}`;

  const show = async () => {
    setProblem('');
    const result = await deviceService.displayQR(payment, customer);
    if (!result.success) return setProblem(result.error);
    sent.current = result;
    deviceService.watch(result, setUpdate);
  };
  const paid = () => deviceService.paymentComplete(sent.current);

  // Leaving the customer's page, or closing the tab, takes the QR off the glass.
  useEffect(() => {
    const close = () => {
      if (sent.current) void deviceService.cancel(sent.current, 'closed');
      sent.current = null;
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
          The QR is {WORDS[update.state]}.
        </p>
      )}
      {problem && <p role="alert">{problem}</p>}
    </section>
  );
}
