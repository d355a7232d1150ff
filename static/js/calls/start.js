// The page that starts a call, for who opens it by its address.
import "../app.js";
import "./welcome.js";
