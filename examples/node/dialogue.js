// What the shop says: from a session and a message to a reply, and perhaps an order.
const EMAIL = /[\w.+-]+@[\w-]+\.[\w.]+/;

export function reply(session, message) {
  const asked = message.match(/(\d+) (remote controls?|panels?|chargers?)/i);
  if (session.step === null || session.step === "complete") {
    if (!asked) return { text: "Which part do you need, and how many?" };
    Object.assign(session, { flow: "bulk_order", step: "collecting_contact" });
    Object.assign(session, { part: asked[2], quantity: Number(asked[1]) });
    return { text: `${asked[1]} ${asked[2]}: please give me your name and email.` };
  }
  if (session.step === "collecting_contact") {
    const email = message.match(EMAIL);
    if (!email) return { text: "Please give me your email." };
    Object.assign(session, { step: "confirming", email: email[0] });
    return { text: `${session.quantity} ${session.part} for ${email[0]}. Shall I place the order?` };
  }
  if (!/^(yes|ok)/i.test(message)) return { text: "Please say yes to place the order." };
  session.step = "complete";
  const { part, quantity, email } = session;
  return { text: `Thank you! ${quantity} ${part} are on their way.`, order: { part, quantity, email } };
}
