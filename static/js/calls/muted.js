// In which call this browser is muted: true in all of its windows, and after a reload.
const KEY = "homeroom-muted";

export function remembersMute(sid) {
  try {
    return Boolean(sid) && localStorage.getItem(KEY) === sid;
  } catch {
    return false; // a browser that keeps nothing
  }
}

export function rememberMute(sid, isMuted) {
  try {
    if (isMuted && sid) localStorage.setItem(KEY, sid);
    else localStorage.removeItem(KEY);
  } catch {
    // then a reload forgets it
  }
}

export const onMutedElsewhere = (then) => addEventListener("storage", (event) => event.key === KEY && then());
