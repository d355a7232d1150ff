// Writing a fax: each part has its own module.
import "../app.js";
import "./saving.js";
import "./files.js";
import "./fields.js";
