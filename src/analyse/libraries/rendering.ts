import type { LibraryRow, Place } from '../rows.ts'

const renders = (language: string, path: string, page: Place | undefined, model: Place, key?: Place): LibraryRow => ({
  ...{ language, when: 'call', path },
  gives: { value: 'rendered', ...(page !== undefined && { page }), model, ...(key !== undefined && { key }) },
})

/** Servers that fill in pages: which page, and with what. */
export const renderingRows: LibraryRow[] = [
  renders('python', '{flask,quart}.render_template', '0', '='),
  renders('python', 'django.shortcuts.render', '1', ['2', 'context=']),
  renders('python', '{*.,}jinja2*.{get_template,get_or_select_template}.render', 'base:0', '='),
  { ...renders('python', '{*.,}Jinja2Templates.TemplateResponse', '0', ['context=', '1']), where: { '0': '*.html' } },
  renders('python', '{*.,}Jinja2Templates.TemplateResponse', ['name=', '1'], ['context=', '2']),

  renders('go', '{html,text}/template.*ExecuteTemplate', '1', '2'),
  renders('go', '{html,text}/template.*ParseFiles*.Execute', ['chain:ParseFiles:0'], '1'),
  renders('go', 'github.com/gin-gonic/gin.Context.HTML', '1', '2'),
  renders('go', 'github.com/labstack/echo*.Context.Render', '1', '2'),
  renders('go', 'github.com/gofiber/fiber*.Ctx.Render', '0', '1'),

  renders('java|kotlin', '{*.,}{Model,ModelMap,ExtendedModelMap}.{addAttribute,put}', undefined, '1', '0'),
  renders('java|kotlin', '{*.,}ModelAndView.addObject', undefined, '1', '0'),

  renders('php', '{*.,}{AbstractController,Controller,Environment}.{render,renderView}', '0', '1'),
  renders('javascript', '#handler.$1.render', '0', '1'),
]
