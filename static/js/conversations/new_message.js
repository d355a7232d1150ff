// The page of a new message, for those who open it by its address.
import "../app.js";
import "./dialogs.js";
