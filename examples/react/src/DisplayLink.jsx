/** Links this PC's display on login; asks for the pairing code only where no kiosk tab of this PC answers. */
import { useEffect, useRef, useState } from 'react';
import { deviceService } from '/counterqr/sdk/device-service.js';

export function DisplayLink({ agent }) {
  const [result, setResult] = useState(null);
  /** How the display was named last, so that a takeover is of that one. */
  const asked = useRef({});
  const link = async (options = {}) => {
    asked.current = options;
    setResult(await deviceService.linkDevice(agent.id, agent.name, options));
  };

  useEffect(() => {
    void link();
  }, [agent.id]);

  if (!result) return <p role="status">Looking for the display …</p>;
  if (result.success) return <p role="status">Display linked: {result.device_id}</p>;
  if (result.code === 'device_in_use')
    return (
      <p role="status">
        {result.error} <button onClick={() => link({ ...asked.current, takeover: true })}>Take it over</button>
      </p>
    );
  const pair = (event) => {
    event.preventDefault();
    void link({ pairingCode: new FormData(event.target).get('code') });
  };
  return (
    <form onSubmit={pair}>
      <p role="status">{result.error}</p>
      <label htmlFor="code">Code on the display</label>
      <input id="code" name="code" maxLength={6} required />
      <button>Link</button>
    </form>
  );
}
