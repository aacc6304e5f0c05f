import { describe, expect, test } from '@jest/globals';
import { parseHost, terraformCliToken } from '../../../src/inputs/host.ts';

describe('parseHost', () => {
  test.each([
    ['app.terraform.io', 'https://app.terraform.io', 'app.terraform.io'],
    ['app.terraform.io/', 'https://app.terraform.io', 'app.terraform.io'],
    ['https://app.terraform.io', 'https://app.terraform.io', 'app.terraform.io'],
    ['HTTPS://App.Terraform.IO/', 'https://app.terraform.io', 'app.terraform.io'],
    ['tfe.example.com:8443', 'https://tfe.example.com:8443', 'tfe.example.com:8443'],
    ['https://tfe.example.com:8443', 'https://tfe.example.com:8443', 'tfe.example.com:8443'],
    ['tfe.example.com:443', 'https://tfe.example.com', 'tfe.example.com'],
    ['bücher.example', 'https://xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['localhost:8080', 'https://localhost:8080', 'localhost:8080'],
    ['http://localhost:8080', 'http://localhost:8080', 'localhost:8080'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080', '127.0.0.1:8080'],
    ['http://127.8.9.10', 'http://127.8.9.10', '127.8.9.10'],
    ['http://[::1]:8080/', 'http://[::1]:8080', '[::1]:8080'],
    ['[2001:db8::1]:8443', 'https://[2001:db8::1]:8443', '[2001:db8::1]:8443'],
  ])('reads %s', (text, origin, name) => {
    expect(parseHost(text)).toEqual({ origin, name });
  });

  const noHost = 'is not a host name, host:port or URL, such as app.terraform.io or https://tfe.example.com';
  const clear =
    'uses http, which would send the token unencrypted; use https (http is only allowed for loopback addresses)';
  const query = 'contains a query or a fragment; set only the host';
  const credentials = 'contains credentials; put the token in `token`';

  test.each([
    ['', noHost],
    ['app terraform io', noHost],
    ['app.terraform.io\nevil.example', noHost],
    ['tfe.example.com:port', noHost],
    ['tfe.example.com:99999', noHost],
    ['https:app.terraform.io', noHost],
    ['https://', noHost],
    ['ftp://app.terraform.io', 'has the scheme ftp; use https'],
    ['Git+SSH://app.terraform.io', 'has the scheme git+ssh; use https'],
    ['https://user:hunter2@app.terraform.io', credentials],
    ['user@app.terraform.io', credentials],
    ['app.terraform.io/api/v2', 'contains the path /api/v2; set only the host (the API is at /api/v2)'],
    ['https://tfe.example.com/app', 'contains the path /app; set only the host (the API is at /api/v2)'],
    ['app.terraform.io?x=1', query],
    ['app.terraform.io#top', query],
    ['http://app.terraform.io', clear],
    ['http://localhost.example.com', clear],
    ['http://127.0.0.1.example.com', clear],
    ['http://10.0.0.1', clear],
    ['http://0.0.0.0', clear],
  ])('refuses %j', (text, message) => {
    expect(() => parseHost(text)).toThrow(new Error(message));
  });

  test('says nothing of credentials', () => {
    expect(() => parseHost('https://user:hunter2@app.terraform.io/api?token=hunter2')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    );
  });
});

describe('terraformCliToken', () => {
  test.each([
    ['dots as underscores', 'app.terraform.io', 'TF_TOKEN_app_terraform_io'],
    ['dots kept', 'app.terraform.io', 'TF_TOKEN_app.terraform.io'],
    ['upper case, as Windows has it', 'app.terraform.io', 'TF_TOKEN_APP_TERRAFORM_IO'],
    ['hyphens as two underscores', 'my-tfe.example.com', 'TF_TOKEN_my__tfe_example_com'],
    ['hyphens kept', 'my-tfe.example.com', 'TF_TOKEN_my-tfe_example_com'],
    ['an encoded name', 'bücher.example', 'TF_TOKEN_xn____bcher__kva_example'],
    ['an encoded name, hyphens kept', 'bücher.example', 'TF_TOKEN_xn--bcher-kva_example'],
    ['a name in its own letters', 'bücher.example', 'TF_TOKEN_bücher_example'],
    ['a port', 'tfe.example.com:8443', 'TF_TOKEN_tfe_example_com:8443'],
    ['no port, for every port', 'tfe.example.com:8443', 'TF_TOKEN_tfe_example_com'],
    ['the usual port spelt out', 'tfe.example.com', 'TF_TOKEN_tfe_example_com:443'],
    ['an address', 'http://127.0.0.1:8080', 'TF_TOKEN_127_0_0_1'],
  ])('finds %s', (_, host, variable) => {
    expect(terraformCliToken({ [variable]: 'secret' }, parseHost(host))).toBe('secret');
  });

  test.each([
    ['another host', 'app.terraform.io', { TF_TOKEN_tfe_example_com: 'secret' }],
    ['a subdomain', 'app.terraform.io', { TF_TOKEN_eu_app_terraform_io: 'secret' }],
    ['another port', 'tfe.example.com:8443', { 'TF_TOKEN_tfe_example_com:9443': 'secret' }],
    ['an empty variable', 'app.terraform.io', { TF_TOKEN_app_terraform_io: ' ' }],
    ['a variable without a host', 'app.terraform.io', { TF_TOKEN_: 'secret' }],
    ['another prefix', 'app.terraform.io', { TF_TOKENS_app_terraform_io: 'secret' }],
    ['no variable', 'app.terraform.io', {}],
  ])('takes no token from %s', (_, host, environment) => {
    expect(terraformCliToken(environment, parseHost(host))).toBeUndefined();
  });

  test('prefers the variable that names the port', () => {
    const environment = { 'TF_TOKEN_tfe_example_com:8443': 'exact', TF_TOKEN_tfe_example_com: 'any' };
    expect(terraformCliToken(environment, parseHost('tfe.example.com:8443'))).toBe('exact');
    expect(terraformCliToken(environment, parseHost('tfe.example.com'))).toBe('any');
  });
});
