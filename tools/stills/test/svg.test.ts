import { describe, expect, it } from 'vitest';
import { interpret } from '../src/screen.js';
import { renderSvg } from '../src/svg.js';

const draw = async (text: string, title = 'title') =>
  renderSvg(await interpret(Buffer.from(text), 10), title);

describe('renderSvg', () => {
  it('puts each span at its cell and gives it its width', async () => {
    const svg = await draw('ab\r\n \u001b[1;32mok\u001b[0m');
    expect(svg).toContain('viewBox="0 0 116 72"');
    expect(svg).toMatch(/<text x="16" y="31" textLength="16.8" [^>]*>ab<\/text>/);
    expect(svg).toMatch(
      /<text x="24.4" y="51" textLength="16.8" [^>]*fill="#3fb950" font-weight="bold">ok<\/text>/,
    );
  });

  it('escapes what XML would read as markup', async () => {
    const svg = await draw('<a>&"', 'a < b');
    expect(svg).toContain('>&lt;a&gt;&amp;&quot;</text>');
    expect(svg).toContain('<title id="title">a &lt; b</title>');
  });

  it('draws a background though its cells are empty', async () => {
    expect(await draw('\u001b[41m  \u001b[0m')).toContain(
      '<rect x="16" y="16" width="16.8" height="20" fill="#ff7b72"/>',
    );
  });

  it('marks dim and underlined text', async () => {
    const svg = await draw('\u001b[2ma\u001b[0;4mb');
    expect(svg).toMatch(/opacity="0.6">a</);
    expect(svg).toMatch(/text-decoration="underline">b</);
  });
});
