// A guest stands at the door of a video call of this reader, who looks at another page.
import * as live from "../live.js";
import { toast } from "../toasts.js";
import { words } from "../words.js";

const LONG = 60;

live.on("video:waiting", ({ video_call_id: id }) => {
  const go = () => window.open(`/video/${id}`, "_blank", "noopener");
  toast(words("guest-waits"), { kind: "info", seconds: LONG, action: { label: words("open-video"), run: go } });
});
