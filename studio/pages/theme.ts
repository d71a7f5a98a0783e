// Runs before the page is painted: the look people chose, else the one their system has.
(() => {
  const root = document.documentElement;
  const system = matchMedia('(prefers-color-scheme: dark)');
  const chosen = () => localStorage.getItem('theme');
  const apply = () => {
    root.dataset.theme = chosen() ?? (system.matches ? 'dark' : 'light');
    document.dispatchEvent(new CustomEvent('theme'));
  };
  apply();
  system.addEventListener('change', apply);

  document.addEventListener('DOMContentLoaded', () => {
    const bar = document.querySelector('.bar');
    const menu = bar?.querySelector('.menu');
    menu?.addEventListener('click', () => menu.setAttribute('aria-expanded', String(bar!.classList.toggle('open'))));
    bar?.querySelector('.theme')?.addEventListener('click', () => {
      localStorage.setItem('theme', root.dataset.theme === 'dark' ? 'light' : 'dark');
      apply();
    });
  });
})();
