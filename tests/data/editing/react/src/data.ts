export interface Plan {
  name: string;
  price: number;
  text: string;
}

export const plans: Plan[] = [
  { name: "Bowl", price: 90, text: "Two evenings" },
  { name: "Vase", price: 140, text: "Four evenings" },
  { name: "Teapot", price: 190, text: 'Six "long" evenings' },
];

export const steps = [{ title: "Wedge" }, { title: "Throw" }, { title: "Fire" }] as const;
