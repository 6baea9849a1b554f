declare module "virtual:help-topics" {
  const topics: import("../../../help-docs").Topic[];
  export default topics;
}
