// jsforce against the sandbox's Salesforce.
import { how, load, order, refused, works } from './cases.mjs';

const jsforce = load('jsforce');
const { url, access_token: accessToken, username, password, security_token: token, ...app } = how.salesforce;
const version = '67.0';
const open = (accessToken) => new jsforce.Connection({ instanceUrl: url, accessToken, version });
const connection = open(accessToken);
const count = async (to) => (await to.query('SELECT COUNT() FROM Account')).totalSize;
const there = await count(connection);

// The last version that has the SOAP log-in.
const soap = () => new jsforce.Connection({ loginUrl: url, version: '64.0' });
await works('log-in of a person', 'the SOAP log-in gives a session', async () => {
  const fresh = soap();
  await fresh.login(username, password + token);
  return (await count(fresh)) === there;
});
await refused('log-in of a person', 'INVALID_LOGIN', () => soap().login(username, 'wrong'));

const asApp = (secret) => new jsforce.Connection({
  version, oauth2: { loginUrl: url, clientId: app.client_id, clientSecret: secret },
});
await works('log-in of an app', 'client credentials give a session', async () => {
  const fresh = asApp(app.client_secret);
  await fresh.authorize({ grant_type: 'client_credentials' });
  return (await count(fresh)) === there;
});
await refused('log-in of an app', 'invalid_client', () => asApp('wrong').authorize({ grant_type: 'client_credentials' }));

await works('session', 'the identity of the user is told', async () => (await connection.identity()).username === username);
await refused('session', 'INVALID_SESSION_ID', () => count(open('00Dx!unknown')));

await works('allowance', 'each answer counts the calls', async () => {
  const before = connection.limitInfo.apiUsage.used;
  await connection.limits();
  return connection.limitInfo.apiUsage.used === before + 1;
});
await order('settings/salesforce/daily_limit', 1);
await refused('allowance', 'REQUEST_LIMIT_EXCEEDED', () => connection.limits());
await order('settings/salesforce/daily_limit', null);

await works('versions', '31.0 to 67.0', async () => {
  const all = (await connection.request('/services/data/')).map((each) => each.version);
  return all[0] === '31.0' && all.at(-1) === '67.0';
});
await refused('versions', 'GONE', () =>
  new jsforce.Connection({ instanceUrl: url, accessToken, version: '20.0' }).query('SELECT Id FROM Account'));

await works('describe', 'fields, external ids and objects', async () => {
  const fields = (await connection.sobject('Account').describe()).fields;
  const objects = (await connection.describeGlobal()).sobjects.map((each) => each.name);
  return fields.find((each) => each.name === 'Workbench_Key__c').externalId && objects.includes('Opportunity');
});
await refused('describe', 'NOT_FOUND', () => connection.sobject('Nothing__c').describe());

await works('query', 'parents, children, a condition', async () => {
  const asked = "SELECT Id, Owner.Name, (SELECT Id, LastName FROM Contacts) FROM Account WHERE Name LIKE 'A%'";
  const rows = (await connection.query(asked)).records;
  return rows.length > 0 && rows.every((each) => each.Owner.Name) && rows.some((each) => each.Contacts?.records[0].LastName);
});
await refused('query', 'INVALID_FIELD', () => connection.query('SELECT Bogus FROM Account'));

await works('further pages', 'followed to the last row', async () => {
  const rows = await connection.query('SELECT Id FROM Account', { autoFetch: true, maxFetch: 10000, headers: { 'Sforce-Query-Options': 'batchSize=200' } });
  const distinct = new Set(rows.records.map((each) => each.Id)).size;
  const first = await connection.query('SELECT Id FROM Account', { headers: { 'Sforce-Query-Options': 'batchSize=200' } });
  const second = await connection.queryMore(first.nextRecordsUrl);
  return distinct === there && first.records.length === 200 && second.records[0].Id === rows.records[200].Id;
});
await refused('further pages', 'INVALID_QUERY_LOCATOR', () =>
  connection.queryMore(`/services/data/v${version}/query/01gXX0000000001-2000`));

await works('search', 'a word in any field', async () => {
  const made = await connection.sobject('Account').create({ Name: 'Zygomorph Trading' });
  const found = (await connection.search('FIND {zygomorph} IN NAME FIELDS RETURNING Account(Id)')).searchRecords;
  await connection.sobject('Account').destroy(made.id);
  return found.length === 1 && found[0].Id === made.id;
});
await refused('search', 'MALFORMED_SEARCH', () => connection.search('FIND nothing'));

const account = connection.sobject('Account');
await works('record', 'made, read, changed, deleted', async () => {
  const { id } = await account.create({ Name: 'Quoth & Co', Phone: '1' });
  await account.update({ Id: id, Phone: '2' });
  const read = await account.retrieve(id);
  await account.destroy(id);
  return read.Name === 'Quoth & Co' && read.Phone === '2' && read.Id === id;
});
await refused('record', 'REQUIRED_FIELD_MISSING', () => account.create({ Phone: '1' }));

const key = 'Workbench_Key__c';
await works('upsert', 'made at first, changed then', async () => {
  const made = await account.upsert({ Name: 'Key one', [key]: 'jsforce-1' }, key);
  const again = await account.upsert({ Name: 'Key two', [key]: 'jsforce-1' }, key);
  const read = await account.retrieve(made.id);
  return made.created === true && again.created === false && read.Name === 'Key two';
});
await refused('upsert', 'INVALID_FIELD', () => account.upsert({ Bogus: 1, [key]: 'jsforce-1' }, key));

await works('collection', '200 made, read, changed and deleted at once', async () => {
  const rows = Array.from({ length: 200 }, (_, number) => ({ Name: `Many ${number}` }));
  const ids = (await account.create(rows)).map((each) => each.id);
  await account.update(ids.map((Id) => ({ Id, Phone: '7' })));
  const read = await account.retrieve(ids);
  const gone = await account.destroy(ids);
  return read.every((each, at) => each.Phone === '7' && each.Id === ids[at]) && gone.every((each) => each.success);
});
await refused('collection', 'ALL_OR_NONE_OPERATION_ROLLED_BACK', async () => {
  const told = await account.create([{ Name: 'Good' }, { Phone: 'bad' }], { allOrNone: true });
  const failed = told.filter((each) => !each.success).flatMap((each) => each.errors);
  const refusal = failed.find((each) => each.statusCode === 'ALL_OR_NONE_OPERATION_ROLLED_BACK');
  if (failed.length !== 2 || !refusal) return told;
  throw new Error(refusal.statusCode);
});

const minutes = (number) => new Date(Date.now() + number * 60_000);
await works('changes', 'what was changed and what was deleted', async () => {
  const [kept, lost] = (await account.create([{ Name: 'Kept' }, { Name: 'Lost' }])).map((each) => each.id);
  await account.destroy(lost);
  const { ids } = await account.updated(minutes(-10), minutes(2));
  const { deletedRecords } = await account.deleted(minutes(-10), minutes(2));
  return ids.includes(kept) && deletedRecords.some((each) => each.id === lost);
});
await refused('changes', 'INVALID_REPLICATION_DATE', () => account.updated(minutes(2), minutes(-10)));

const guarded = (id, moment) => connection.request({
  method: 'PATCH', url: `/services/data/v${version}/sobjects/Account/${id}`, body: JSON.stringify({ Phone: '3' }),
  headers: { 'Content-Type': 'application/json', 'If-Unmodified-Since': moment.toUTCString() },
});
const { id: watched } = await account.create({ Name: 'Watched' });
await works('conditional write', 'unchanged since then', async () => {
  await guarded(watched, minutes(5));
  return (await account.retrieve(watched)).Phone === '3';
});
await refused('conditional write', 'PRECONDITION_FAILED', () => guarded(watched, minutes(-60 * 24)));

const composed = (name) => connection.requestPost(`/services/data/v${version}/composite`, {
  allOrNone: true,
  compositeRequest: [
    { method: 'POST', url: `/services/data/v${version}/sobjects/Account`, referenceId: 'made', body: { Name: name } },
    { method: 'GET', url: `/services/data/v${version}/sobjects/Account/@{made.id}`, referenceId: 'read' },
  ],
});
await works('composite', 'the second call uses what the first one made', async () =>
  (await composed('Composed')).compositeResponse[1].body.Name === 'Composed');
await refused('composite', 'REQUIRED_FIELD_MISSING', async () => {
  const [first] = (await composed(null)).compositeResponse;
  throw new Error(`${first.httpStatusCode} ${first.body[0].errorCode}`);
});

connection.bulk2.pollInterval = 20;
const bulk = (rows) => connection.bulk2.loadAndWaitForResults({
  object: 'Account', operation: 'upsert', externalIdFieldName: key, input: rows, pollTimeout: 20_000, pollInterval: 20,
});
await works('bulk load', '300 rows of text with quotation marks and line ends', async () => {
  const rows = Array.from({ length: 300 }, (_, at) => ({ Name: `Load "${at}",\nsecond line`, [key]: `load-${at}`, Phone: null }));
  const done = await bulk(rows);
  const read = await connection.query(`SELECT Name FROM Account WHERE ${key} = 'load-299'`);
  return done.successfulResults.length === 300 && read.records[0].Name === 'Load "299",\nsecond line';
});
await refused('bulk load', 'REQUIRED_FIELD_MISSING', async () => {
  const done = await bulk([{ [key]: 'load-without-name', Phone: '1' }]);
  throw new Error(done.failedResults[0].sf__Error);
});

const collected = async (asked) => (await connection.bulk2.query(asked, { pollTimeout: 20_000, pollInterval: 20 })).toArray();
await works('bulk query', 'one page of rows', async () => (await collected('SELECT Id, Name FROM Account')).length >= there);
await refused('bulk query', 'INVALID_FIELD', () => collected('SELECT Bogus FROM Account'));

await works('set-up', 'installed packages by the Tooling door', async () => {
  const rows = (await connection.tooling.query('SELECT SubscriberPackage.Name FROM InstalledSubscriberPackage')).records;
  return rows.some((each) => each.SubscriberPackage.Name === 'Channeltivity PRM');
});
await refused('set-up', 'INVALID_TYPE', () => connection.tooling.query('SELECT Id FROM NoSuchThing'));

const base = `/services/data/v${version}`;
const graphed = async (name) => (await connection.requestPost(`${base}/composite/graph`, {
  graphs: [{
    graphId: 'g',
    compositeRequest: [
      { method: 'POST', url: `${base}/sobjects/Account`, referenceId: 'made', body: { Name: name } },
      { method: 'POST', url: `${base}/sobjects/Contact`, referenceId: 'person', body: { LastName: 'Graph', AccountId: '@{made.id}' } },
    ],
  }],
})).graphs[0];
await works('graph', 'an account and its contact, or neither', async () => (await graphed('Graphed')).isSuccessful);
await refused('graph', 'REQUIRED_FIELD_MISSING', async () => {
  throw new Error(JSON.stringify((await graphed(null)).graphResponse));
});

const limits = { method: 'GET', url: `v${version}/limits` };
const batched = (second) => connection.requestPost(`${base}/composite/batch`, { batchRequests: [limits, second] });
await works('batch', 'two calls in one', async () => (await batched(limits)).hasErrors === false);
await refused('batch', 'MALFORMED_QUERY', async () => {
  throw new Error(JSON.stringify((await batched({ method: 'GET', url: `v${version}/query?q=SELECT` })).results[1]));
});

const { id: lost } = await account.create({ Name: 'Lost and found' });
await account.destroy(lost);
await works('deleted rows', 'seen where they are asked for', async () => {
  const asked = `SELECT Id FROM Account WHERE Id = '${lost}'`;
  const found = await connection.query(asked, { scanAll: true });
  return (await connection.query(asked)).totalSize === 0 && found.totalSize === 1;
});
await refused('deleted rows', 'ENTITY_IS_DELETED', () => account.update({ Id: lost, Phone: '1' }));

const picklists = `${base}/ui-api/object-info/Account/picklist-values/012000000000000AAA`;
await works('picklists', 'values of a record type', async () =>
  (await connection.request(`${picklists}/Industry`)).values.some((each) => each.value === 'Healthcare'));
await refused('picklists', 'NOT_FOUND', () => connection.request(`${picklists}/Name`));

const twin = { Name: 'Twin Towers Ltd', Phone: '415 555 0000' };
await account.create(twin);
await order('settings/salesforce/duplicate_rules', ['Account']);
await refused('duplicates', 'DUPLICATES_DETECTED', () => account.create({ ...twin, Name: 'TWIN TOWERS' }));
await works('duplicates', 'saved where the caller insists', async () =>
  (await account.create(twin, { headers: { 'Sforce-Duplicate-Rule-Header': 'allowSave=true' } })).success);
await order('settings/salesforce/duplicate_rules', null);

const [file] = (await connection.query("SELECT LogFile FROM EventLogFile WHERE EventType = 'ApiTotalUsage'")).records;
await works('log file', 'who calls what, as CSV', async () =>
  JSON.stringify(await connection.request(file.LogFile)).includes('CONNECTED_APP_NAME'));
await refused('log file', 'NOT_FOUND', () => connection.request(file.LogFile.replace('0AT', '0AX')));
