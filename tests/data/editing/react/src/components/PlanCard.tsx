import type { Plan } from "../data";

export default function PlanCard(props: Plan) {
  return (
    <li className="card">
      <h2>{props.name}</h2>
      <p className="price">{props.price}</p>
      <p>{props.text}</p>
    </li>
  );
}
