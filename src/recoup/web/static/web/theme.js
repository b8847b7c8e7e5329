// Before the first paint: the theme a person chose, if they chose one.
const theme = localStorage.getItem("theme");
if (theme) document.documentElement.dataset.theme = theme;
