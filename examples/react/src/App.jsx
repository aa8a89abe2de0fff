import { useState } from 'react';
import { CustomerPage } from './CustomerPage.jsx';
import { DisplayLink } from './DisplayLink.jsx';
import { LoginPage } from './LoginPage.jsx';
import { logOut } from './session.js';

export function App() {
  const [agent, setAgent] = useState(null);
  if (!agent) return <LoginPage onLogin={setAgent} />;
  return (
    <>
      <p>
        {agent.name} <button onClick={() => logOut().then(() => setAgent(null))}>Log out</button>
      </p>
      <DisplayLink agent={agent} />
      <CustomerPage customer={{ name: 'A. Ramgoolam', policyNumber: 'MED-2291', amountDue: '1250.00' }} />
    </>
  );
}
