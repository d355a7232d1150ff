// On a phone the sections of the settings are a strip: bring the current one into view.
document.querySelector(".set-nav [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest", behavior: "instant" });
