// Whether this device speaks up about new texts. The browser's permission and the wish are both the device's own.
const KEPT_AS = "homeroom-notices";

export const canTell = () => "Notification" in window;
export const areWanted = () => canTell() && Notification.permission === "granted" && localStorage.getItem(KEPT_AS) === "on";

export async function want(isOn) {
  if (isOn && (await Notification.requestPermission()) !== "granted") return false;
  localStorage.setItem(KEPT_AS, isOn ? "on" : "off");
  return true;
}
