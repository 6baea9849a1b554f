"""From a mockup to code: pure functions that know no agent, no Django and no network."""
