import { useState } from "react";
import { Button } from "./components/Button";
import PlanCard from "./components/PlanCard";
import { plans, steps } from "./data";
import kiln from "./assets/kiln.png";

const links = [
  { href: "#classes", label: "Classes" },
  { href: "#studio", label: "Studio" },
  { href: "#visit", label: "Visit" },
];

function Hero() {
  return (
    <section className="hero">
      <h1>Clay and glaze</h1>
      <p className="lead">
        Learn to throw, trim & fire — in <em>six</em> evenings.
      </p>
      <Button href="#book">Book a place</Button>
      <Button href="#more" kind="quiet">
        See all classes
      </Button>
      <img src={kiln} alt="A kiln" className="picture" />
    </section>
  );
}

export default function App() {
  const [year] = useState(() => new Date(0).getFullYear());
  return (
    <>
      <nav className="nav">
        {links.map((link) => (
          <a key={link.href} href={link.href}>
            {link.label}
          </a>
        ))}
      </nav>
      <main>
        <Hero />
        <ul className="plans">
          {plans.map((plan) => (
            <PlanCard key={plan.name} {...plan} />
          ))}
        </ul>
        <ol className="steps">
          {steps.map(({ title }, index) => {
            return <li key={index}>{title}</li>;
          })}
        </ol>
        <hr className="rule" />
        <form className="form">
          <label htmlFor="mail">Mail</label>
          <input id="mail" placeholder="you@example.org" />
          <button type="submit" className="button">
            Sign up
          </button>
        </form>
      </main>
      <footer className="footer">
        <p className="note">Open since {year}</p>
        <small>{"Fired at 1280 °C"}</small>
      </footer>
    </>
  );
}
