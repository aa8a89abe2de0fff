import { useState } from 'react';
import { CustomerPage } from './CustomerPage.jsx';
import { DisplayLink } from './DisplayLink.jsx';
import { LoginPage } from './LoginPage.jsx';
import { logOut } from './session.js';

const CUSTOMER = { name: 'A. Ramgoolam', policyNumber: 'MED-2291', amountDue: '1250.00' };

export function App() {
  const [agent, setAgent] = useState(null);
  const [isLeaving, setLeaving] = useState(false);
  const leave = async () => {
    // The customer's page goes while there is still a token, and takes its QR along.
    setLeaving(true);
    try {
      await logOut();
      setAgent(null);
    } finally {
      setLeaving(false);
    }
  };
  if (!agent) return <LoginPage onLogin={setAgent} />;
  return (
    <>
      <p>
        {agent.name} <button onClick={leave}>Log out</button>
      </p>
      <DisplayLink agent={agent} />
      {!isLeaving && <CustomerPage customer={CUSTOMER} />}
    </>
  );
}
