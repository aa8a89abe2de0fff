import { logIn } from './session.js';

export function LoginPage({ onLogin }) {
  const submit = async (event) => {
    event.preventDefault();
    onLogin(await logIn(new FormData(event.target).get('name')));
  };
  return (
    <form onSubmit={submit}>
      <h1>Counter app</h1>
      <label htmlFor="name">Agent</label>
      <input id="name" name="name" required />
      <button>Log in</button>
    </form>
  );
}
