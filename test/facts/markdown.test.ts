import { bareAddress, markdown, markdownLink } from '../../lib/facts/markdown';

it('text in Markdown is no mark, link, mention or HTML', () => {
  expect(markdown('#1 <b> | @me')).toBe('#1 &lt;b&gt; \\| @<!-- -->me');
  expect(markdown('https://example.org WWW.example.org')).toBe('https:<!-- -->//example.org WWW<!-- -->.example.org');
  expect(markdown('Faraday::TimeoutError at 10:00 in a/b')).toBe('Faraday::TimeoutError at 10:00 in a/b');
  expect(markdown('# one #show ##')).toBe('\\# one #show \\#\\#');
  expect(markdown('- one')).toBe('\\- one');
  expect(markdown('1. one')).toBe('1\\. one');
  expect(markdown('0.353 % (3 of 850)')).toBe('0.353 % (3 of 850)');
  expect(markdown('*'.repeat(20), 10)).toBe(`${'\\*'.repeat(7)}...`);
});

it('an address in Markdown ends neither its link nor a cell, and is no entity', () => {
  expect(markdownLink('here', 'https://x.y/?a=(1)&b=2')).toBe('[here](https://x.y/?a=%281%29&b=2)');
  expect(markdownLink('here', 'https://x.y/?a=1&copy;')).toBe('[here](https://x.y/?a=1\\&copy;)');
  expect(bareAddress('https://x.y/|$`"\t')).toBe('https://x.y/%7C%24%60%22%09');
});
