// connectwise-rest against the sandbox's ConnectWise PSA.
import { how, load, order, refused, works } from './cases.mjs';

const { ManageAPI } = load('connectwise-rest');
const { url, company, public_key: publicKey, private_key: privateKey, client_id: clientId } = how.connectwise;

/** The library insists on https; its sections are pointed at the sandbox instead. */
function open(changed = {}) {
  const client = new ManageAPI({
    companyId: company, publicKey, privateKey, clientId, companyUrl: new URL(url).host, logger: () => {}, ...changed,
  });
  for (const section of [client, ...Object.values(client)]) {
    if (section?.instance) section.instance.defaults.baseURL = section.instance.defaults.baseURL.replace('https:', 'http:');
  }
  return client;
}
const client = open();
const { CompanyAPI: companies, SalesAPI: sales, ServiceAPI: service, SystemAPI: system } = client;
const active = (await companies.getCompanyCompaniesStatuses({ conditions: 'name="Active"' }))[0].id;
const { count: there } = await companies.getCompanyCompaniesCount();
const made = (name, more = {}) => companies.postCompanyCompanies({
  identifier: name, name, city: 'Bergen', status: { id: active }, ...more,
});

await works('discovery', 'the path of the installed version', async () => {
  const answer = await fetch(`${url}/login/companyinfo/${company}`);
  const entryPoint = (await answer.json()).Codebase.replace('/', '');
  return (await open({ entryPoint }).CompanyAPI.getCompanyCompaniesCount()).count === there;
});
await refused('discovery', '404', () => open({ entryPoint: 'v2001_1' }).CompanyAPI.getCompanyCompaniesCount());

await works('access', 'with keys, client id and a version in Accept', async () => (await system.getSystemInfo()).version !== undefined);
await refused('access', '401', () => open({ privateKey: 'wrong' }).CompanyAPI.getCompanyCompaniesCount());

const [first] = await companies.getCompanyCompanies({ pageSize: 1 });
await works('one record', 'as the list shows it', async () =>
  JSON.stringify(await companies.getCompanyCompaniesById(first.id)) === JSON.stringify(first));
await refused('one record', '404', () => companies.getCompanyCompaniesById(99_999_999));

await works('conditions', 'a status by id and a beginning of a name', async () => {
  const rows = await companies.getCompanyCompanies({ conditions: `status/id=${active} and name like "A%"` });
  return rows.length > 0 && rows.every((each) => each.status.id === active && /^a/i.test(each.name));
});
await refused('conditions', 'ApiFindCondition', () => companies.getCompanyCompanies({ conditions: 'bogus = 1' }));

await works('child conditions', 'contacts by their e-mail address', async () => {
  const [contact] = await companies.getCompanyContacts({ childConditions: 'communicationItems/communicationType="Email"', pageSize: 1 });
  const { value } = contact.communicationItems.find((each) => each.communicationType === 'Email');
  const rows = await companies.getCompanyContacts({ childConditions: `communicationItems/value="${value}"` });
  return rows.some((each) => each.id === contact.id);
});
await refused('child conditions', 'ApiFindCondition', () => companies.getCompanyContacts({ childConditions: 'nothing/value="x"' }));

await works('custom fields', 'the company that has the key', async () => {
  const value = first.customFields.map((each) => ({ ...each, value: 'rest-1' }));
  await companies.patchCompanyCompaniesById(first.id, [{ op: 'replace', path: 'customFields', value }]);
  const rows = await companies.getCompanyCompanies({ customFieldConditions: 'caption="Partner Key" and value="rest-1"' });
  return rows.length === 1 && rows[0].id === first.id;
});
await refused('custom fields', 'ApiFindCondition', () =>
  companies.getCompanyCompanies({ customFieldConditions: 'colour="red"' }));

await works('fields and order', 'some members of each row, names falling', async () => {
  const rows = await companies.getCompanyCompanies({ fields: 'id,identifier,name', orderBy: 'name desc', pageSize: 30 });
  const names = rows.map((each) => each.name.toLowerCase());
  return rows.every((each) => Object.keys(each).join() === 'id,identifier,name') && names.every((name, at) => at === 0 || names[at - 1] >= name);
});
await refused('fields and order', '400', () => companies.getCompanyCompanies({ orderBy: 'bogus desc' }));

await works('further pages', 'all companies, in pages of 100', async () => {
  const rows = await client.paginate(companies.getCompanyCompanies.bind(companies), { pageSize: 100 }, {});
  return new Set(rows.map((each) => each.id)).size === there;
});
await refused('further pages', '400', () => companies.getCompanyCompanies({ page: 0 }));

await works('count', 'as many as are listed', async () => {
  const rows = await companies.getCompanyCompanies({ conditions: 'city="Hamburg"', pageSize: 1000 });
  return (await companies.getCompanyCompaniesCount({ conditions: 'city="Hamburg"' })).count === rows.length && rows.length > 0;
});
await refused('count', 'ApiFindCondition', () => companies.getCompanyCompaniesCount({ conditions: 'city ~ "Oslo"' }));

await works('create', 'a company with its status', async () => (await made('RestCreated')).status.id === active);
await refused('create', 'InvalidObject', () => companies.postCompanyCompanies({ name: 'No identifier' }));

const subject = await made('RestChanged', { city: 'Oslo' });
const change = (path, value) => companies.patchCompanyCompaniesById(subject.id, [{ op: 'replace', path, value }]);
await works('change', 'one member, the others stay', async () => {
  const after = await change('phoneNumber', '555');
  return after.phoneNumber === '555' && after.city === 'Oslo';
});
await refused('change', 'ConnectWiseApi', () => change('PhoneNumber', '556'));

await works('replace', 'what is not named is reset', async () => {
  const after = await companies.putCompanyCompaniesById(subject.id, {
    identifier: 'RestChanged', name: 'Put', status: { id: active }, zip: '5003',
  });
  return after.name === 'Put' && after.city === undefined;
});
await refused('replace', 'InvalidObject', () => companies.putCompanyCompaniesById(subject.id, { name: 'Alone' }));

await works('delete', 'gone, and not found again', async () => {
  const { id } = await made('RestDeleted');
  await companies.deleteCompanyCompaniesById(id);
  return (await companies.getCompanyCompanies({ conditions: `id=${id} and deletedFlag=false` })).length === 0;
});
await refused('delete', '404', () => companies.deleteCompanyCompaniesById(99_999_999));

await works('contact', 'with an e-mail address', async () => {
  const { id } = await companies.postCompanyContacts({
    firstName: 'Rest', lastName: 'Client', company: { id: subject.id },
    communicationItems: [{ type: { id: 1 }, value: 'rest@client.example', communicationType: 'Email', defaultFlag: true }],
  });
  return (await companies.getCompanyContactsById(id)).communicationItems[0].value === 'rest@client.example';
});
await refused('contact', 'InvalidObject', () => companies.postCompanyContacts({ lastName: 'Nameless' }));

await works('merge', 'into another company', async () => {
  const { id } = await made('RestMerged');
  await companies.postCompanyCompaniesByIdMerge(id, { toCompanyId: subject.id });
  return (await companies.getCompanyCompaniesById(id)).deletedFlag === true;
});
await refused('merge', 'InvalidObject', () => companies.postCompanyCompaniesByIdMerge(subject.id, {}));

const kind = (await companies.getCompanyCompaniesTypes({}))[0].id;
const associate = () => companies.postCompanyCompaniesByParentIdTypeAssociations(subject.id, { type: { id: kind } });
await works('associations', 'a type given to a company', async () => {
  const { id } = await associate();
  return (await companies.getCompanyCompaniesByParentIdTypeAssociations(subject.id)).some((each) => each.id === id);
});
await refused('associations', 'InvalidObject', associate);

const foreseen = async (item) => {
  const contact = await companies.postCompanyContacts({ firstName: 'Buyer', company: { id: subject.id } });
  const { id } = await sales.postSalesOpportunities({
    name: 'Rest forecast', company: { id: subject.id }, contact: { id: contact.id }, primarySalesRep: { id: 1 },
  });
  return sales.postSalesOpportunitiesByParentIdForecast(id, { status: { id: 1 }, ...item });
};
await works('forecast', 'revenue by its kind', async () =>
  (await foreseen({ forecastType: 'Product', revenue: 5.5 })).productRevenue.revenue === 5.5);
await refused('forecast', 'InvalidObject', () => foreseen({ revenue: 5.5 }));

await works('opportunity', 'with company, contact and seller', async () => {
  const contact = await companies.postCompanyContacts({ firstName: 'Buyer', company: { id: subject.id } });
  const { id } = await sales.postSalesOpportunities({
    name: 'Rest deal', expectedCloseDate: '2030-01-01T00:00:00Z', company: { id: subject.id }, contact: { id: contact.id }, primarySalesRep: { id: 1 },
  });
  return (await sales.getSalesOpportunitiesById(id)).contact.id === contact.id;
});
await refused('opportunity', 'InvalidObject', () => sales.postSalesOpportunities({ name: 'Of nobody' }));

await works('ticket', 'on a board, with a note', async () => {
  const { id } = await service.postServiceTickets({ summary: 'Rest', board: { id: 1 }, company: { id: subject.id } });
  await service.postServiceTicketsByParentIdNotes(id, { text: 'Noted', detailDescriptionFlag: true });
  return (await service.getServiceTicketsByParentIdNotes(id)).length === 1;
});
await refused('ticket', 'InvalidObject', () => service.postServiceTickets({ board: { id: 1 } }));

const agreed = async (said) => {
  const contact = await companies.postCompanyContacts({ firstName: 'Signer', company: { id: subject.id } });
  return client.FinanceAPI.postFinanceAgreements({
    name: 'Care', type: { id: 1 }, company: { id: subject.id }, contact: { id: contact.id }, ...said,
  });
};
await works('agreement', 'active from its dates', async () => (await agreed({})).agreementStatus === 'Active');
await refused('agreement', 'InvalidObject', () => agreed({ type: null }));

const procurement = client.ProcurementAPI;
await procurement.postProcurementCatalog({
  identifier: 'REST-1', description: 'P', customerDescription: 'P', type: { id: 1 }, subcategory: { id: 1 },
});
const lined = async (identifier) => {
  const { id } = await procurement.postProcurementPurchaseorders({
    status: { id: 1 }, terms: { id: 1 }, vendorCompany: { id: subject.id },
  });
  return procurement.postProcurementPurchaseordersByParentIdLineitems(id, {
    lineNumber: 1, product: { identifier }, quantity: 1, unitOfMeasure: { id: 1 }, description: 'One',
  });
};
await works('purchase order', 'with a line of a product', async () => (await lined('REST-1')).product.identifier === 'REST-1');
await refused('purchase order', 'InvalidObject', () => lined('nothing'));

const told = (type) => system.getSystemAudittrail({ type, id: subject.id });
await works('audit trail', 'what was changed, newest first', async () =>
  (await told('Company')).some((each) => each.text.includes('name was changed')));
await refused('audit trail', 'InvalidObject', () => told('Weather'));

const callback = { url: 'http://127.0.0.1:9/hook?recordId=', objectId: 1, type: 'company', level: 'owner', description: 'Rest' };
await works('callback', 'made, listed, deleted', async () => {
  const { id } = await system.postSystemCallbacks(callback);
  const listed = await system.getSystemCallbacks({});
  await system.deleteSystemCallbacksById(id);
  return listed.some((each) => each.id === id) && (await system.getSystemCallbacks({})).length === listed.length - 1;
});
await refused('callback', 'InvalidObject', () => system.postSystemCallbacks({ ...callback, type: undefined }));

await works('set-up', 'integrations of managed devices', async () =>
  (await companies.getCompanyManagedDevicesIntegrations()).every((each) => each.defaultBillingLevel));
await refused('set-up', '404', () => companies.getCompanyManagedDevicesIntegrationsById(99_999_999));

await order('faults', { system: 'connectwise', fault: 'rate_limited', retry_after: 0 });
await refused('rate limit', '429', () => companies.getCompanyCompaniesCount());
await works('rate limit', 'the next call is answered', async () => (await companies.getCompanyCompaniesCount()).count >= there);
