// The REST interface of this origin.

/** An error that can be shown as it is. */
export class RestError extends Error {}

async function ask(path) {
  let response;
  try {
    response = await fetch(path, {headers: {Accept: 'application/json'}, cache: 'no-store'});
  } catch {
    throw new RestError('The serving layer does not answer. Is it running? See ./anabranch status.');
  }
  const text = await response.text();
  if (!response.ok) {
    let detail = text;
    try {
      detail = JSON.parse(text).detail ?? text;
    } catch {
      // not JSON: shown as it came
    }
    throw new RestError(detail || `The serving layer answers ${response.status}.`);
  }
  return JSON.parse(text);
}

export const views = async () => (await ask('/api/v1/views')).views;
export const datasets = async () => (await ask('/api/v1/datasets')).datasets;

const ofDataset = (dataset, what) => `/api/v1/datasets/${encodeURIComponent(dataset)}/${what}`;

export const compare = dataset => ask(ofDataset(dataset, 'compare'));

export const qualityReports = dataset => ask(ofDataset(dataset, 'quality/versions'));
/** The report of a run; of the published version if it is null. */
export const quality = (dataset, run) => ask(ofDataset(dataset, run === null ? 'quality' : `quality?version=${run}`));

const ofRun = (run, what) => `/api/v1/runs/${encodeURIComponent(run)}/${what}`;

export const runs = async (dataset, limit) => (await ask(`/api/v1/runs?dataset=${encodeURIComponent(dataset)}&limit=${limit}`)).runs;
export const metrics = async run => (await ask(ofRun(run, 'metrics'))).applications;
/** The address of what a run wrote. */
export const logPath = run => ofRun(run, 'log');

/** The address of cells; a list stands several times, what is null or empty is left out. */
export function cellsPath(view, query) {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) parameters.append(name, one);
  }
  return `/api/v1/views/${encodeURIComponent(view)}/cells?${parameters}`;
}

export const cells = (view, query) => ask(cellsPath(view, query));
