// Prints what happens in the conversations of a company, as it happens: RingPlan's live feed, by socket.io-client.
//
//     npm install socket.io-client
//     KEY=hr_live_... node listen.mjs [EMAIL OF THE ACTING USER]
//
// HOMEROOM is the address of the house. Ends after COUNT messages, if that is set. Nothing is changed in the house; with MARK_READ=1
// what families write is marked as read, for the acting user and whoever looks at her list. Ends with status 1 where it is not let in.

import { io } from "socket.io-client";

const home = process.env.HOMEROOM ?? "http://127.0.0.1:8000";
const count = Number(process.env.COUNT ?? 0);
const marks = process.env.MARK_READ === "1";
let came = 0;

const socket = io(home, { path: "/ws", transports: ["websocket"], reconnectionDelay: 1500 });

// also after each break of the line: what was missed meanwhile is read by GET …/messages
socket.on("connect", () => {
  const email = process.argv[2];
  socket.emit("authenticate", { token: process.env.KEY, ...(email ? { user_email: email } : {}) });
});

socket.on("authenticated", () => console.log("listening"));

socket.on("unauthorized", (why) => {
  console.log("not let in:", why?.detail ?? "");
  process.exitCode = 1;
  socket.disconnect();
});

socket.on("texting.message.new", (message) => {
  console.log(message.direction, message.frm, "->", message.to, message.text);
  if (marks && message.direction === "inbound" && !message.is_read) {
    socket.emit("texting.message.markAsRead", { conversation_id: message.conversation_id, messagesIds: [message.id] });
  }
  came += 1;
  if (came === count) socket.disconnect();
});
